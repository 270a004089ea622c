"""The place of contests: set one up, judge its pairs blind, see who sees better."""
