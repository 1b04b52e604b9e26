import os

import requests

DEFAULT_TIMEOUT = 10


def get_json(url, **params):
    response = requests.get(url, params=params, timeout=DEFAULT_TIMEOUT)
    response.raise_for_status()
    return response.json()


def post_json(url, payload):
    return requests.post(url, json=payload, timeout=DEFAULT_TIMEOUT).json()


class ApiClient:
    """A client of one API."""

    def __init__(self, base_url, token=None):
        self.base_url = base_url.rstrip("/")
        self.session = requests.Session()
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def get(self, path, **params):
        return self._request("GET", path, params=params)

    def post(self, path, payload):
        return self._request("POST", path, json=payload)

    def delete(self, path):
        return self._request("DELETE", path)

    def _request(self, method, path, **kwargs):
        response = self.session.request(method, f"{self.base_url}/{path.lstrip('/')}", **kwargs)
        response.raise_for_status()
        return response.json()


def internal():
    return ApiClient(os.environ["INTERNAL_API"], os.environ.get("INTERNAL_TOKEN"))
