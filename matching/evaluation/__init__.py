"""Quality of the ranking: expectations of people compared with the results of the engine and of simple baselines."""
