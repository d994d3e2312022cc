# packages: golang-go
# prepare: go
/data/program
