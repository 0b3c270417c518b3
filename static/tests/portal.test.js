import { expect, test } from "@odoo/hoot";
import { makeMockServer, onRpc } from "@web/../tests/web_test_helpers";
import { keepWords } from "@dealflow/portal/keep_words";
import { defineDealflowModels } from "./dealflow_test_helpers";

defineDealflowModels();

function makeForm(words) {
    const form = document.createElement("form");
    form.innerHTML = "<textarea name='dealflow_words' data-url='/my/orders/1/words'></textarea><div></div>";
    form.querySelector("textarea").value = words;
    return form.querySelector("div");
}

test("the words of the client are kept", async () => {
    onRpc("/my/orders/1/words", async (request) => {
        const { params } = await request.json();
        expect.step(params.words);
        return true;
    });
    await makeMockServer();

    await keepWords(makeForm("We were on holiday"));
    await keepWords(makeForm("  "));
    await keepWords(document.createElement("div"));

    expect.verifySteps(["We were on holiday"]);
});
