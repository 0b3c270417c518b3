from . import dealflow_external_sync_mixin
from . import dealflow_event_document_mixin

# The layer below the rules of events.
from . import participants
from . import calendar_attendee
from . import calendar_event
from . import calendar_recurrence
from . import crm_lead
from . import dealflow_deal
from . import dealflow_event_category
from . import dealflow_event_status
from . import dealflow_event_status_log
from . import dealflow_event_type
from . import dealflow_meeting_agreement
from . import dealflow_meeting_sheet
from . import dealflow_meeting_technique
from . import dealflow_stage_requirement
from . import dealflow_technique
from . import mail_activity
from . import res_company
from . import res_config_settings
from . import res_partner
from . import state
from . import schedule
from . import meetings
from . import external_sync
