from . import dealflow_link_card_mixin
from . import dealflow_link_kind
from . import dealflow_record_link
from . import cards
