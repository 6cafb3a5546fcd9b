//! A small AWS on loopback that really executes jobs, endpoints and reviews.
