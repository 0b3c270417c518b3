# The mixins come before the models that have them.
from . import dealflow_process_card_mixin
from . import dealflow_process_part_mixin
from . import dealflow_process
from . import dealflow_process_entry
from . import dealflow_process_question
from . import dealflow_process_step
from . import dealflow_process_template
from . import dealflow_process_way
from . import activities
from . import cards
from . import deeds
from . import stages
