from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ....tools.public_methods import public_method

# Delivery states of an order, from the least to the most delivered.
DELIVERY_STATES = ('pending', 'started', 'partial', 'full')


class DealflowDeal(models.Model):
    """Data of other apps on the orders of a deal: margin, delivery, projects.

    None of these apps is a dependency: without them there is nothing to show. Every figure only counts documents that
    the user may read.
    """

    _inherit = 'dealflow.deal'

    order_margin = fields.Monetary(
        string="Margin",
        currency_field='company_currency_id',
        compute='_compute_order_margin',
        groups='sales_team.group_sale_salesman',
        help="Margin of the confirmed orders that you may see, at the rate of each order.",
    )
    has_order_margin = fields.Boolean(
        compute='_compute_order_margin', export_string_translation=False, groups='sales_team.group_sale_salesman'
    )
    delivery_state = fields.Selection(
        [
            ('pending', "Not Delivered"),
            ('started', "Started"),
            ('partial', "Partially Delivered"),
            ('full', "Fully Delivered"),
        ],
        string="Delivery",
        compute='_compute_delivery_state',
        help="How far the goods of the confirmed orders have gone: delivered is what is delivered for all of them.",
    )
    project_count = fields.Integer(string="Number of Projects", compute='_compute_project_count')

    def _compute_order_margin(self):
        has_margins = 'margin' in self.env['sale.order']._fields
        margins = {}
        for deal, rate, margin in self._read_confirmed_orders('currency_rate', 'margin:sum') if has_margins else ():
            margins[deal] = margins.get(deal, 0.0) + margin / (rate or 1.0)
        for deal in self:
            deal.has_order_margin = deal._origin in margins
            deal.order_margin = margins.get(deal._origin, 0.0)

    def _compute_delivery_state(self):
        states = {}
        if 'delivery_status' in self.env['sale.order']._fields:
            for deal, state, _count in self._read_confirmed_orders('delivery_status', '__count'):
                # An order with services only has no delivery status.
                if state:
                    states.setdefault(deal, set()).add(state)
        for deal in self:
            deal.delivery_state = self._get_common_delivery_state(states.get(deal._origin))

    def _get_common_delivery_state(self, states):
        """Return the combined delivery state of several orders; ``False`` if nothing is to be delivered."""
        if not states:
            return False
        if len(states) == 1:
            return next(iter(states))
        return 'partial' if states & {'partial', 'full'} else 'started'

    def _read_confirmed_orders(self, group, aggregate):
        """Return rows of (deal, group, aggregate) over the confirmed orders that the user may read."""
        orders = self.env['sale.order']
        if not self._origin or not orders.has_access('read'):
            return []
        return orders._read_group(
            [('deal_id', 'in', self._origin.ids), ('state', '=', 'sale')], ['deal_id', group], [aggregate]
        )

    def _compute_project_count(self):
        self.project_count = 0
        if self._can_have_projects() and self.env['project.project'].has_access('read'):
            for deal in self._origin:
                deal.project_count = self.env['project.project'].search_count(deal._get_projects_domain())

    def _can_have_projects(self):
        """Return whether an installed app creates projects from orders."""
        return 'project.project' in self.env and 'sale_line_id' in self.env['project.project']._fields

    def _get_projects_domain(self):
        """Return the domain of the projects that were created from an order of the deal, or are reinvoiced on one."""
        self.ensure_one()
        # sudo - sale.order: users who see both the deal and the project may know that they are linked.
        orders = self.sudo().order_ids
        projects = self.env['project.project']
        made = Domain('sale_line_id', 'in', orders.order_line.ids)
        if projects._has_field_access(projects._fields['reinvoiced_sale_order_id'], 'read'):
            made |= Domain('reinvoiced_sale_order_id', 'in', orders.ids)
        return Domain('is_template', '=', False) & made

    @public_method(one=True)
    def action_view_projects(self):
        """Open the projects of the orders of the deal.

        :raise UserError: no installed app creates projects from orders
        """
        if not self._can_have_projects():
            raise UserError(self.env._("There are no projects here. Install the app “Project” first."))
        action = self.env['ir.actions.act_window']._for_xml_id('project.open_view_project_all')
        action['domain'] = list(self._get_projects_domain())
        action['context'] = {'default_partner_id': self.legal_entity_id.id}
        action['display_name'] = self.env._("Projects of %(deal)s", deal=self.name)
        return action
