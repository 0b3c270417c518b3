import { keepWords } from "@dealflow/portal/keep_words";
import { SignatureForm } from "@portal/signature_form/signature_form";
import { patch } from "@web/core/utils/patch";

/** The words are kept before the offer is accepted, which may move the deal with them as its comment. */
patch(SignatureForm.prototype, {
    async onClickSubmit() {
        await keepWords(this.rootRef.el);
        return super.onClickSubmit(...arguments);
    },
});
