"""What a trainer loads, exactly."""
