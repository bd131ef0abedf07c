"""Small complete programs: Hayward's screening under engines that spread work over many machines."""
