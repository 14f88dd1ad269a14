"""A stand-in for TensorFlow Serving: its REST interface over a SavedModel in TensorFlow's C API.

It is started as `python rest_server.py C_SESSION PLAN`: the path of `c_session.py`, and a JSON file
with `model`, `version` and what `c_session.py` needs. It prints its port. Neither Keras nor kerastl
nor Python's TensorFlow is imported. Source: "RESTful API" in the documentation of TensorFlow
Serving.
"""

import base64
import importlib.util
import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


class Refused(Exception):
    """A status and a message."""


class Model:
    def __init__(self, program, plan):
        spec = importlib.util.spec_from_file_location("c_session", program)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.name, self.version = plan["model"], str(plan["version"])
        self.inputs, self.outputs = plan["inputs"], plan["outputs"]
        self.session = module.CSession(plan["tensorflow"], plan["libraries"], plan["directory"])

    def state(self):
        status = {"error_code": "OK", "error_message": ""}
        version = {"version": self.version, "state": "AVAILABLE", "status": status}
        return {"model_version_status": [version]}

    def predict(self, body):
        try:
            instances = json.loads(body)["instances"]
        except (ValueError, KeyError, TypeError) as error:
            raise Refused(400, f"JSON Parse error: {error}") from error
        ((name, tensor),) = self.inputs.items()
        try:
            values = [i[name] if isinstance(i, dict) and name in i else i for i in instances]
            fed = [
                base64.b64decode(v["b64"]) if isinstance(v, dict) else v.encode() for v in values
            ]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Refused(400, f"Failed to process element: {error}") from error
        try:
            answers = self.session.run({tensor: fed}, list(self.outputs.values()))
        except RuntimeError as error:
            raise Refused(400, str(error)) from error
        columns = dict(zip(self.outputs, answers, strict=True))
        return {
            "predictions": [
                {key: _plain(column[row]) for key, column in columns.items()}
                for row in range(len(fed))
            ]
        }


def _plain(value):
    if isinstance(value, bytes):
        return value.decode()
    values = value.tolist()
    if not isinstance(values, list):
        return values
    return [_plain(v) if isinstance(v, bytes) else v for v in values] if values else values


class Handler(BaseHTTPRequestHandler):
    model: Model

    def do_GET(self):
        known = (f"/v1/models/{self.model.name}", f"{self._versioned()}")
        if self.path in known:
            self._answer(200, self.model.state())
        else:
            self._answer(404, {"error": f"Could not find any versions of model {self.path}"})

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        paths = (f"/v1/models/{self.model.name}:predict", f"{self._versioned()}:predict")
        try:
            if self.path not in paths:
                raise Refused(404, f"Servable not found for request: {self.path}")
            self._answer(200, self.model.predict(body))
        except Refused as refused:
            status, message = refused.args
            self._answer(status, {"error": message})

    def _versioned(self):
        return f"/v1/models/{self.model.name}/versions/{self.model.version}"

    def _answer(self, status, content):
        # The server writes indented JSON, one member a line.
        body = json.dumps(content, indent=4).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def main(program, plan_path):
    Handler.model = Model(program, json.loads(Path(plan_path).read_text(encoding="utf-8")))
    assert not {"tensorflow", "keras", "kerastl"} & set(sys.modules)
    server = HTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
