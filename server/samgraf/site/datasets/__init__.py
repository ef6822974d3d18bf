"""The pages about the data sets: what there is, on which terms, and the files to take away."""
