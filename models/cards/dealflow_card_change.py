from odoo import fields, models


class DealflowCardChange(models.Model):
    """One step in which a card differs from the shipped one; the steps are made in their order (E12)."""

    _name = 'dealflow.card.change'
    _description = "Change of a Card"
    _inherit = 'dealflow.derived.mixin'
    _order = 'arrangement_id, sequence, id'
    _rec_name = 'target_label'

    arrangement_id = fields.Many2one('dealflow.card.arrangement', required=True, index=True, ondelete='cascade')
    sequence = fields.Integer(required=True)
    kind = fields.Selection(
        [
            ('move', "Moved"),
            ('hide', "Hidden"),
            ('rename', "Renamed"),
            ('require', "Required"),
            ('lock', "Read-only"),
            ('restrict', "For some roles only"),
            ('field', "Field added"),
            ('page', "Page added"),
            ('group', "Group added"),
        ],
        string="Change",
        required=True,
    )
    target = fields.Char(string="Part", required=True, help="The part of the card, by its names in the form.")
    target_label = fields.Char(string="Name of the Part", help="As it was called when the card was arranged.")
    place = fields.Char(help="The part of the card that it was put into.")
    after = fields.Char(help="The part that it was put behind; empty: first in its place.")
    label = fields.Char(translate=True)
    domain = fields.Char(string="Condition", help="Empty: always.")
    group_ids = fields.Many2many('res.groups', string="Roles")
    problem = fields.Char(string="Switched Off Because", help="What an update has made impossible is left out.")

    def _get_data(self):
        """Return the changes as the editor sends them.

        :rtype: list[dict]
        """
        return [
            {
                'kind': change.kind,
                'target': change.target,
                'place': change.place or '',
                'after': change.after or '',
                'label': change.label or '',
                'domain': change.domain or '',
                'groups': change.group_ids.ids,
            }
            for change in self
        ]
