// The rules of Odoo 19 for its own web client (web/tooling/_eslintrc.json, test_lint/tests/eslintrc), without prettier's,
// which scripts/lint runs apart.
const js = require("@eslint/js");
const globals = require("globals");

module.exports = [
    js.configs.recommended,
    {
        files: ["static/**/*.js"],
        languageOptions: {
            ecmaVersion: 2022,
            sourceType: "module",
            globals: { ...globals.browser, luxon: "readonly", odoo: "readonly" },
        },
        rules: {
            "arrow-body-style": ["error", "as-needed"],
            curly: ["error", "all"],
            "no-duplicate-imports": "error",
            "no-restricted-globals": ["error", "event", "self"],
            "no-restricted-syntax": [
                "error",
                "PrivateIdentifier",
                ...["props", "template"].map((name) => ({
                    selector:
                        "ClassDeclaration[superClass.name='Component']" +
                        `:not(:has(ClassBody.body > PropertyDefinition[key.name='${name}'][static='true']))`,
                    message: `A component declares its static ${name}.`,
                })),
                {
                    selector: "CallExpression[callee.name='_t'] > :first-child[value=/(.*%s){2,}/]",
                    message: "Several placeholders of one text have names.",
                },
                {
                    selector:
                        "CallExpression[callee.object.name='notificationService'][callee.property.name='add']" +
                        " > Literal:first-child",
                    message: "A notification is translated.",
                },
            ],
            "no-unused-vars": ["error", { args: "none", caughtErrors: "all" }],
            "prefer-const": ["error", { destructuring: "all", ignoreReadBeforeAssign: true }],
        },
    },
];
