"""Does ordering by harm find later harm better than counting arrests: panels, candidates, backtest, verdict."""
