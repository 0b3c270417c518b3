import { _t } from "@web/core/l10n/translation";
import { addLazyAction } from "@dealflow/lazy_action/lazy_action";

addLazyAction("dealflow.price_form", "dealflow.assets_price_form", "dealflow.PriceForm", { displayName: _t("Price") });
