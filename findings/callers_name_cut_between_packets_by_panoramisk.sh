#!/bin/sh
# panoramisk 1.4 beside asterisk-ami 0.1.7, names of callers in AMI events.
#
# TCP carries bytes: a busy PBX sends many events in one go, and a packet ends
# where it is full, in the middle of a line or of a Cyrillic letter (two bytes).
# Guessed: a client puts the bytes together first and reads the text then, so it
# does not matter where a packet ends.
# Seen: panoramisk decodes every packet by itself and passes over what it cannot
# decode («ignore»). A letter cut in two is left out without a trace: «Щукина»
# comes as «укина», one call in many, never with Latin names and never on a
# quiet test system. Compared with the contact's name, the caller is another
# person. asterisk-ami gets the same bytes in the same packets right.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python >/dev/null
python/bin/pip -q install panoramisk==1.4 asterisk-ami==0.1.7 2>/dev/null

cat >call.py <<'PY'
import asyncio
import panoramisk
from asterisk.ami import AMIClient

EVENT = "Event: Newchannel\r\nChannel: PJSIP/100-00000001\r\nCallerIDName: Щукина Анна\r\n\r\n".encode()
MIDDLE = EVENT.index("Щ".encode()) + 1
CUTS = {"whole": [EVENT], "between letters": [EVENT[:MIDDLE + 1], EVENT[MIDDLE + 1:]],
        "within a letter": [EVENT[:MIDDLE], EVENT[MIDDLE:]]}


async def pbx(reader, writer):
    """Let anybody in, then send the event three times, in packets cut differently."""
    writer.write(b"Asterisk Call Manager/7.0.3\r\n")
    action = (await reader.readuntil(b"\r\n\r\n")).decode()
    action_id = next(line for line in action.split("\r\n") if line.startswith("ActionID: "))
    writer.write(f"Response: Success\r\n{action_id}\r\nMessage: Authentication accepted\r\n\r\n".encode())
    for packets in CUTS.values():
        for packet in packets:
            await writer.drain()
            await asyncio.sleep(0.5)
            writer.write(packet)
    await writer.drain()


def tell(client, names):
    for cut, name in zip(CUTS, names, strict=True):
        print(f"{client}, {cut}: {name}")


async def main():
    server = await asyncio.start_server(pbx, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    names = []
    client = panoramisk.Manager(host="127.0.0.1", port=port, username="user", secret="secret", ping_delay=60)
    client.register_event("Newchannel", lambda _client, event: names.append(event.CallerIDName))
    await client.connect()
    await asyncio.sleep(5)
    client.close()
    tell("panoramisk", names)

    names = []
    client = AMIClient(address="127.0.0.1", port=port, timeout=10)
    client.add_event_listener(lambda event, **_more: names.append(event["CallerIDName"]))
    await asyncio.to_thread(client.login, "user", "secret")
    await asyncio.sleep(5)
    await asyncio.to_thread(client.disconnect)
    tell("asterisk-ami", names)


asyncio.run(main())
PY
python/bin/python call.py >seen.txt
cat seen.txt
cat >expected.txt <<'TXT'
panoramisk, whole: Щукина Анна
panoramisk, between letters: Щукина Анна
panoramisk, within a letter: укина Анна
asterisk-ami, whole: Щукина Анна
asterisk-ami, between letters: Щукина Анна
asterisk-ami, within a letter: Щукина Анна
TXT
diff expected.txt seen.txt && echo "As described."
