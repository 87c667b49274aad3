"""Simulated registries (mô phỏng nguồn dữ liệu): one HTTP application that answers from the cases beside each manifest."""

from reuse_gateway.simulation.app import build_app
from reuse_gateway.simulation.serving import Simulation, running, serve, simulated
from reuse_gateway.simulation.tokens import simulated_secret

__all__ = ["Simulation", "build_app", "running", "serve", "simulated", "simulated_secret"]
