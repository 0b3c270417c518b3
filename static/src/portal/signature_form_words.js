import { SignatureForm } from "@portal/signature_form/signature_form";
import { rpc } from "@web/core/network/rpc";
import { patch } from "@web/core/utils/patch";

/** The words that a client writes beside the signature are kept before the offer is accepted. */
patch(SignatureForm.prototype, {
    async onClickSubmit() {
        const box = this.rootRef.el.closest("form")?.querySelector("textarea[name='dealflow_words']");
        if (box?.value.trim()) {
            await rpc(box.dataset.url, { words: box.value });
        }
        return super.onClickSubmit(...arguments);
    },
});
