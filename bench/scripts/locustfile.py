import os

from locust import FastHttpUser, task


class Visitor(FastHttpUser):
    @task(3)
    def home(self):
        with self.client.get(os.environ.get("BENCH_PATH", "/"), name="home", catch_response=True) as response:
            if response.status_code != 200:
                response.failure(f"home said {response.status_code}")
