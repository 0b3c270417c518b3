import base64
import binascii
import io

from PIL import Image, UnidentifiedImageError

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.image import image_data_uri

KINDS = [('stamp', "Stamp"), ('signature', "Signature")]

# A facsimile of this size is sharp on paper; larger ones only make every letter heavier.
LARGEST_FILE = 1024 * 1024
LARGEST_SIDE = 2000


class DealflowStamp(models.Model):
    """The picture of a company's stamp, or of the signature of one of its people, for documents that it sends (C25).

    The picture belongs to those who may put it: others read neither the record nor its file. Documents show it to
    whoever gets them.
    """

    _name = 'dealflow.stamp'
    _description = "Stamp or Signature"
    _inherit = ['dealflow.derived.mixin', 'dealflow.company.mixin']
    _order = 'kind desc, sequence, id'
    _check_company_auto = True

    name = fields.Char(required=True)
    kind = fields.Selection(KINDS, required=True, default='stamp')
    sequence = fields.Integer(default=10)
    active = fields.Boolean(
        default=True, help="What is archived no longer appears on any document, also not on those sent before."
    )
    company_id = fields.Many2one('res.company', required=True, index=True, default=lambda self: self.env.company)
    user_id = fields.Many2one(
        'res.users',
        string="Signatory",
        check_company=True,
        domain="[('share', '=', False)]",
        help="Whose signature it is. The name and the job position stand beside it on documents.",
    )
    image = fields.Binary(
        string="Picture", attachment=True, required=True, help="A PNG with a transparent background, of at most 1 MB."
    )
    position_x = fields.Float(
        string="From the Left", default=60, digits=(5, 1), help="Millimetres from the left edge of the signature block."
    )
    position_y = fields.Float(
        string="From the Top", default=0, digits=(5, 1), help="Millimetres from the upper edge of the signature block."
    )
    width = fields.Float(default=40, digits=(5, 1), help="Width of the picture on paper, in millimetres.")
    user_ids = fields.Many2many(
        'res.users',
        'dealflow_stamp_user_rel',
        'stamp_id',
        'user_id',
        string="People Who May Put It",
        domain="[('share', '=', False)]",
    )
    group_ids = fields.Many2many(
        'res.groups', 'dealflow_stamp_group_rel', 'stamp_id', 'group_id', string="Groups Who May Put It"
    )
    height_ratio = fields.Float(
        compute='_compute_height_ratio', store=True, digits=(6, 4), export_string_translation=False
    )

    # For the form
    preview = fields.Html(string="On the Document", compute='_compute_preview', sanitize=False)

    _check_place = models.Constraint(
        'CHECK (position_x >= 0 AND position_x + width <= 180 AND width >= 5 AND position_y BETWEEN 0 AND 100)',
        "The picture does not fit on the page. The signature block is 180 mm wide: give a width of at least 5 mm, a "
        "distance from the left that leaves room for it, and at most 100 mm from the top.",
    )

    @api.depends('image')
    def _compute_height_ratio(self):
        for stamp in self:
            try:
                width, height = stamp._open_picture().size
            except (ValueError, UnidentifiedImageError):
                width, height = 1, 1
            stamp.height_ratio = height / width

    @api.depends('image', 'position_x', 'position_y', 'width', 'height_ratio')
    def _compute_preview(self):
        for stamp in self:
            stamp.preview = self.env['ir.qweb']._render(
                'dealflow.stamp_preview',
                {'stamp': stamp, 'picture': stamp._get_picture_uri(), 'height': stamp._get_block_height()},
            )

    @api.constrains('image')
    def _check_image(self):
        for stamp in self:
            problem = stamp._explain_picture()
            if problem:
                raise ValidationError(
                    self.env._(
                        "The picture of “%(stamp)s” cannot be used: %(problem)s Choose a PNG file with a transparent "
                        "background, of at most 1 MB and 2,000 pixels a side.",
                        stamp=stamp.name,
                        problem=problem,
                    )
                )

    @api.constrains('kind', 'user_id')
    def _check_signatory(self):
        for stamp in self:
            if stamp.kind == 'signature' and not stamp.user_id:
                raise ValidationError(
                    self.env._(
                        "The signature “%(stamp)s” has no signatory. Choose the person whose signature it is.",
                        stamp=stamp.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_put(self):
        for name in self.env['dealflow.stamped.document.mixin']._dealflow_get_stamped_models():
            # sudo - any document: also one that the user does not see keeps its stamp.
            document = self.env[name].sudo().search([('dealflow_stamp_ids', 'in', self.ids)], limit=1)
            if document:
                raise UserError(
                    self.env._(
                        "“%(stamp)s” stands on %(document)s, so it cannot be deleted. Archive it instead: then it "
                        "appears on no document any more.",
                        stamp=(document.dealflow_stamp_ids & self.sudo())[:1].name,
                        document=document.display_name,
                    )
                )

    def _open_picture(self):
        """Return the opened picture.

        :raise ValueError: the content is no base64
        :raise UnidentifiedImageError: it is no picture
        """
        self.ensure_one()
        try:
            content = base64.b64decode(self.with_context(bin_size=False).image or b'')
        except binascii.Error as error:
            raise ValueError from error
        return Image.open(io.BytesIO(content), formats=['PNG'])

    def _explain_picture(self):
        """Return a sentence about what is wrong with the picture; an empty text if nothing is."""
        self.ensure_one()
        content = self.with_context(bin_size=False).image or b''
        if len(content) * 3 // 4 > LARGEST_FILE:
            return self.env._("it is larger than 1 MB.")
        try:
            picture = self._open_picture()
            width, height = picture.size
            if max(width, height) > LARGEST_SIDE:
                return self.env._("it has %(width)s by %(height)s pixels.", width=width, height=height)
            lowest_opacity = picture.convert('RGBA').getchannel('A').getextrema()[0]
        except (ValueError, OSError, SyntaxError):
            return self.env._("it is not a PNG file.")
        if lowest_opacity == 255:
            return self.env._("its background is not transparent, so it would hide the text below.")
        return ''

    def _get_picture_uri(self):
        self.ensure_one()
        content = self.with_context(bin_size=False).image
        return image_data_uri(content) if content else ''

    def _get_style(self):
        """Return the style that puts the picture into its place in the signature block."""
        self.ensure_one()
        return f'position: absolute; left: {self.position_x:g}mm; top: {self.position_y:g}mm; width: {self.width:g}mm;'

    def _get_block_height(self):
        """Return the height in millimetres that the signature block needs for these pictures.

        :rtype: float
        """
        return max((stamp.position_y + stamp.width * stamp.height_ratio for stamp in self), default=0.0)

    @api.model
    def _get_usable(self, company):
        """Return the stamps and signatures of a company that the current user may put, with elevated rights.

        The user's own right counts, also where code works with elevated rights on their behalf. Neither the system user
        nor people from outside have it.
        """
        user = self.env.user
        if user._is_superuser() or user.share or company not in user.company_ids:
            return self.sudo().browse()
        granted = Domain('user_ids', 'in', user.ids) | Domain('group_ids', 'in', user.all_group_ids.ids)
        # sudo - dealflow.stamp: the document takes the picture, and its reader needs no right to the register.
        return self.sudo().search(Domain('company_id', '=', company.id) & granted)
