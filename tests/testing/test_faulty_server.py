"""The scripted server speaks real HTTP, counts what comes, and commits its faults on the wire."""

import asyncio
import http.client
import json
import socket
import time

import pytest

from windrow.testing import Fault, FaultyServer, Reply, SpawnedServer, dropped, hang, rate_limited, wrong_length

ASKED = json.dumps({"model": "m", "messages": [{"role": "user", "content": "Hello."}]})
PATH = "/v1/chat/completions"


def post(connection, body=ASKED, path=PATH):
    connection.request("POST", path, body, {"Content-Type": "application/json"})
    response = connection.getresponse()
    return response, response.read()


@pytest.fixture
def connected():
    """A function from a server to a connection that is closed in the end."""
    opened = []

    def connect(server):
        opened.append(http.client.HTTPConnection("127.0.0.1", server.port, timeout=5))
        return opened[-1]

    yield connect
    for connection in opened:
        connection.close()


def test_answers_have_the_shape_of_chat_completions(connected):
    with FaultyServer("Hello yourself.") as server:
        response, body = post(connected(server))
    data = json.loads(body)
    assert response.status == 200
    assert data["choices"][0]["message"] == {"role": "assistant", "content": "Hello yourself."}
    assert data["choices"][0]["finish_reason"] == "stop"
    assert data["usage"]["total_tokens"] == data["usage"]["prompt_tokens"] + data["usage"]["completion_tokens"]


def test_a_script_sees_each_request_and_its_number_on_one_kept_connection(connected):
    with FaultyServer(lambda asked, number: f"{asked['messages'][0]['content']} {number}", keep=True) as server:
        connection = connected(server)
        texts = [json.loads(post(connection)[1])["choices"][0]["message"]["content"] for _ in range(3)]
    assert texts == ["Hello. 0", "Hello. 1", "Hello. 2"]
    assert server.requests == len(server.bodies) == len(server.heads) == 3
    assert server.bodies[0] == json.loads(ASKED)


def test_a_request_that_arrives_in_pieces_is_one_request():
    with FaultyServer("Hello.") as server, socket.create_connection(("127.0.0.1", server.port), timeout=5) as line:
        whole = f"POST {PATH} HTTP/1.1\r\nhost: x\r\ncontent-LENGTH: {len(ASKED)}\r\n\r\n{ASKED}".encode()
        for start in range(0, len(whole), 25):
            line.sendall(whole[start : start + 25])
            time.sleep(0.002)
        assert line.recv(100).startswith(b"HTTP/1.1 200 OK\r\n")
    assert server.requests == 1


def test_status_headers_and_body_of_a_fault_are_on_the_wire(connected):
    with FaultyServer(lambda *_: rate_limited(3, milliseconds=2500)) as server:
        response, body = post(connected(server))
    assert (response.status, response.headers["Retry-After"], response.headers["retry-after-ms"]) == (429, "3", "2500")
    assert json.loads(body)["error"]["code"] == "rate_limit_exceeded"


def test_a_connection_can_be_dropped_or_closed_before_all_that_was_promised(connected):
    with FaultyServer(lambda _, number: [dropped(), wrong_length()][number]) as server:
        with pytest.raises(http.client.RemoteDisconnected):
            post(connected(server))
        with pytest.raises(http.client.IncompleteRead):
            post(connected(server))


def test_a_hanging_request_says_nothing_and_holds_up_no_other(connected):
    with FaultyServer(lambda _, number: hang() if number == 0 else "Here.") as server:
        silent = connected(server)
        silent.request("POST", PATH, ASKED)
        assert post(connected(server))[0].status == 200
        silent.sock.settimeout(0.1)
        with pytest.raises(TimeoutError):
            silent.getresponse()


def test_latency_and_delay_add_up(connected):
    with FaultyServer(lambda *_: Reply("Late.", delay=0.1), latency=0.1) as server:
        start = time.monotonic()
        body = post(connected(server))[1]
    assert time.monotonic() - start >= 0.2
    assert json.loads(body)["choices"][0]["message"]["content"] == "Late."


def test_the_most_requests_under_way_at_once_are_counted():
    async def ask(port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"POST {PATH} HTTP/1.1\r\nContent-Length: {len(ASKED)}\r\n\r\n{ASKED}".encode())
        await reader.readuntil(b"\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    async def several(port):
        for count in (2, 5, 3):
            await asyncio.gather(*(ask(port) for _ in range(count)))

    with FaultyServer("Hello.", latency=0.1) as server:
        asyncio.run(several(server.port))
        assert (server.requests, server.peak) == (10, 5)


def test_models_are_listed_and_other_paths_are_not_there(connected):
    with FaultyServer("Hello.", model="tiny") as server:
        connection = connected(server)
        connection.request("GET", "/v1/models")
        assert json.load(connection.getresponse())["data"][0]["id"] == "tiny"
        assert post(connection, path="/v1/embeddings")[0].status == 404
    assert server.requests == 0


def test_a_script_that_breaks_answers_500_and_is_raised_where_the_server_ends(connected):
    def script(request, number):
        raise KeyError(number)

    with pytest.raises(KeyError, match="0"), FaultyServer(script) as server:
        assert post(connected(server))[0].status == 500


def test_a_fault_can_be_any_bytes(connected):
    with FaultyServer(lambda *_: Fault(418, [("X-Kind", "teapot")], b"short and stout")) as server:
        response, body = post(connected(server))
    assert (response.status, response.headers["X-Kind"], body) == (418, "teapot", b"short and stout")


def test_a_spawned_server_runs_a_script_of_the_callers_and_tells_its_count(tmp_path):
    (tmp_path / "parrot.py").write_text("def say(request, number):\n    return request['messages'][0]['content'] * 2\n")
    with SpawnedServer("parrot:say", cwd=tmp_path) as server:
        connection = http.client.HTTPConnection(server.url.split("/")[2], timeout=5)
        text = json.loads(post(connection)[1])["choices"][0]["message"]["content"]
        connection.close()
        assert text == "Hello.Hello."
        assert server.stats()["requests"] == 1
        assert server.pid
    assert not server.pid
