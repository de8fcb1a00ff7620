"""Small-sample statistics for judging: intervals, agreement, sequential tests, correction of a judge's error."""
