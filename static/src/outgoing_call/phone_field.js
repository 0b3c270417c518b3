import { patch } from "@web/core/utils/patch";
import { PhoneField } from "@web/views/fields/phone/phone_field";

patch(PhoneField.prototype, {
    /** Where the number stands: the server asks whether the person may read it there. */
    get dealflowNumber() {
        const { record, name } = this.props;
        return record.resId
            ? JSON.stringify({ model: record.resModel, record_id: record.resId, field: name })
            : undefined;
    },
});
