"""How marketing events are compared: which touch counts, and by which figures."""

ATTRIBUTIONS = [('first', "First touch"), ('last', "Last touch")]
FIGURES = ('lead_count', 'deal_count', 'won_count', 'won_amount', 'received_amount', 'cost_planned', 'cost_actual')
