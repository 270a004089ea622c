"""The models a person has: opening, choosing, describing, measuring, exchanging them."""
