import { _t } from "@web/core/l10n/translation";
import { addLazyAction } from "@dealflow/lazy_action/lazy_action";

addLazyAction("dealflow.workplace", "dealflow.assets_workplace", "dealflow.Workplace", {
    displayName: _t("Workplace"),
});
