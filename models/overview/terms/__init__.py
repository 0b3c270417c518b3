from . import dealflow_segment_terms
