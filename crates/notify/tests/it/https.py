"""A receiver over TLS that takes everything, until its input ends. Argument: a folder."""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from certificate import context


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *arguments):
        pass


server = HTTPServer(("127.0.0.1", 0), Handler)
server.socket = context(sys.argv[1]).wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(json.dumps({"port": server.server_address[1]}), flush=True)
sys.stdin.read()
