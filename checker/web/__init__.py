"""The workbench in the browser: pages that build a scenario and show what `checker.app` says of it. On this machine only."""
