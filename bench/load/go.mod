module berth.invalid/bench/load

go 1.25
