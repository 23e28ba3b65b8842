"""What an organization accepts of what licenses allow: its policy, waivers, baseline. It changes no verdict; it adds an answer."""
