// OCA's settings with Odoo's own spaces: "{ a }" in JS, "<field/>" in XML. Width and indentation are in .editorconfig.
// "preserve" leaves every text of XML as it is written, because texts are the keys of translations.
module.exports = {
    plugins: [require.resolve("@prettier/plugin-xml")],
    trailingComma: "es5",
    xmlSelfClosingSpace: false,
    xmlWhitespaceSensitivity: "preserve",
};
