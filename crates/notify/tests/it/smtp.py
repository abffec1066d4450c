"""A mail server that tells what it is given, one line of JSON for each mail, until its input ends.

Arguments: how it is encrypted (starttls, tls or none), what it answers to a mail, a folder for the
certificates, and the user and password that it wants (or - for none).
"""

import json
import socket
import sys
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from certificate import context

encryption, reply, folder, user, password = sys.argv[1:]


def tell(value):
    print(json.dumps(value), flush=True)


class Handler:
    async def handle_DATA(self, server, session, envelope):
        mail = message_from_bytes(envelope.content, policy=policy.default)
        tell(
            {
                "from": envelope.mail_from,
                "to": envelope.rcpt_tos,
                "encrypted": server.transport.get_extra_info("sslcontext") is not None,
                "raw": envelope.content.decode(),
                "headers": {name.lower(): value for name, value in mail.items()},
                "plain": mail.get_body(("plain",)).get_content(),
                "html": mail.get_body(("html",)).get_content(),
            }
        )
        return reply


def authenticate(server, session, envelope, mechanism, data):
    right = (data.login.decode(), data.password.decode()) == (user, password)
    return AuthResult(success=right, handled=False)


with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
options = {"hostname": "127.0.0.1", "port": port}
if user != "-":
    options |= {"authenticator": authenticate, "auth_required": True, "auth_require_tls": encryption == "starttls"}
if encryption == "starttls":
    options |= {"tls_context": context(folder), "require_starttls": True}
if encryption == "tls":
    options |= {"ssl_context": context(folder)}
controller = Controller(Handler(), **options)
controller.start()
tell({"port": port})
sys.stdin.read()
controller.stop()
