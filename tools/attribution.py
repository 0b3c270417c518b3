"""How marketing events are judged: which touch counts, and by what."""

ATTRIBUTIONS = [('first', "First touch"), ('last', "Last touch")]
FIGURES = ('lead_count', 'deal_count', 'won_count', 'won_amount', 'received_amount', 'cost_planned', 'cost_actual')
