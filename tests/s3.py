"""An S3 service of the tests' own: moto's server on loopback, speaking the real protocol."""

from __future__ import annotations

import contextlib
import logging
import secrets
from collections.abc import Callable, Iterator

import pytest


@contextlib.contextmanager
def s3_server(address: str = "127.0.0.1") -> Iterator[str]:
    """Run a server; yield its URL."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address=address, port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def make_bucket(endpoint: str) -> str:
    """Make a new, empty bucket; return its name."""
    import boto3

    bucket = f"atlas-{secrets.token_hex(4)}"
    client = boto3.client(
        "s3", endpoint_url=endpoint, region_name="us-east-1",
        aws_access_key_id="test", aws_secret_access_key="test",
    )  # fmt: skip
    client.create_bucket(Bucket=bucket)
    client.close()
    return bucket


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """The URL of an S3 service."""
    with s3_server() as url:
        yield url


@pytest.fixture
def s3_environment(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The S3 service's URL, with the AWS_* variables of this process set to use it."""
    for name, value in aws_variables(s3_endpoint).items():
        monkeypatch.setenv(name, value)
    return s3_endpoint


@pytest.fixture
def new_bucket(s3_environment: str) -> Callable[[], str]:
    """Call it for the name of a new, empty bucket."""
    return lambda: make_bucket(s3_environment)


def aws_variables(endpoint: str) -> dict[str, str]:
    """Return the environment by which a process uses the S3 service at ``endpoint``."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }
