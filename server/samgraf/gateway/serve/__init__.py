"""Keep the processes of a server running: one template, the web processes, and no others."""

from samgraf.gateway.serve.supervisor import Plan, Supervisor

__all__ = ["Plan", "Supervisor"]
