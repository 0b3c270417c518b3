#!/bin/sh
# npm asterisk-ami-client 1.1.5 and asterisk-manager 0.2.0, variables of a call.
#
# A PBX tells a CRM whose call it is by variables of the channel. The manager
# interface of Asterisk sends them in two ways: with the setting channelvars
# every event carries one header ChanVariable FOR EACH variable, and a VarSet
# event names the variable in Variable and its content in Value. The lines of a
# command's output are repeated headers (Output) too.
# Guessed: both clients hand out every variable, and the name and content of a
# VarSet as they stand.
# Seen: asterisk-ami-client keeps one value for a header: of three variables (and
# of three lines of output) only the last is left, so whether the CRM gets its
# own number depends on the order of a setting on the PBX. asterisk-manager
# keeps them all, but takes the NAME in a VarSet for «name=value»: variable is an
# object with an empty string, not «CRM_PARTNER», and a comparison with the name
# never holds.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund asterisk-ami-client@1.1.5 asterisk-manager@0.2.0 >/dev/null 2>&1

cat >call.js <<'JS'
const net = require("net");
const Client = require("asterisk-ami-client");
const manager = require("asterisk-manager");

const message = (...lines) => lines.concat("", "").join("\r\n");
const events =
    message(
        "Event: Newexten", "Privilege: dialplan,all", "Channel: PJSIP/100-00000001",
        "ChanVariable: CRM_PARTNER=1042", "ChanVariable: CRM_LEAD=77", "ChanVariable: CRM_TEAM=3",
    ) +
    message(
        "Event: VarSet", "Privilege: dialplan,all", "Channel: PJSIP/100-00000001",
        "Variable: CRM_PARTNER", "Value: 1042",
    );

// A PBX as small as can be: it lets anybody in, then tells of the call.
const pbx = net.createServer((socket) => {
    let buffer = "";
    socket.write("Asterisk Call Manager/7.0.3\r\n");
    socket.on("error", () => {});
    socket.on("data", (data) => {
        buffer += data;
        const actions = buffer.split("\r\n\r\n");
        buffer = actions.pop();
        for (const action of actions) {
            const id = /ActionID: (.*)/i.exec(action)[0].trim();
            if (/Action: login/i.test(action)) {
                socket.write(message("Response: Success", id, "Message: Authentication accepted"));
                setTimeout(() => socket.write(events), 200);
            } else if (/Action: command/i.test(action)) {
                socket.write(message(
                    "Response: Success", id, "Message: Command output follows",
                    "Output: first", "Output: second", "Output: third",
                ));
            }
        }
    });
});

pbx.listen(0, "127.0.0.1", async () => {
    const {port} = pbx.address();
    const lines = [];
    const tell = (client, ...values) => lines.push(`${client} ${values.map((one) => JSON.stringify(one)).join(" ")}`);
    const wait = () => new Promise((done) => setTimeout(done, 1000));

    const first = new Client();
    first.on("event", ({Event, ChanVariable, Variable, Value}) => {
        tell("asterisk-ami-client", Event, ChanVariable || [Variable, Value]);
    });
    await first.connect("user", "secret", {host: "127.0.0.1", port});
    await wait();
    tell("asterisk-ami-client", (await first.action({Action: "Command", Command: "core show channels"}, true)).Output);

    const second = manager(port, "127.0.0.1", "user", "secret", true);
    second.on("managerevent", ({event, chanvariable, variable, value}) => {
        tell("asterisk-manager", event, chanvariable || [variable, value]);
    });
    await wait();
    second.action({action: "command", command: "core show channels"}, (error, answer) => {
        tell("asterisk-manager", answer.output);
    });
    await wait();
    console.log(lines.join("\n"));
    process.exit();
});
JS
node call.js | tee seen.txt
cat >expected.txt <<'TXT'
asterisk-ami-client "Newexten" "CRM_TEAM=3"
asterisk-ami-client "VarSet" ["CRM_PARTNER","1042"]
asterisk-ami-client "third"
asterisk-manager "Newexten" {"CRM_PARTNER":"1042","CRM_LEAD":"77","CRM_TEAM":"3"}
asterisk-manager "VarSet" [{"CRM_PARTNER":""},"1042"]
asterisk-manager ["first","second","third"]
TXT
diff expected.txt seen.txt && echo "As described."
