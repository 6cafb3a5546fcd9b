-- The hand-made table of the difference test, in DuckDB's spelling: nulls, negative numbers, empty strings and arrays,
-- letters beyond ASCII, texts with quotes, commas and line breaks.
CREATE TABLE small (
    id INTEGER, name VARCHAR, amount DOUBLE, price DECIMAL(10,2), n BIGINT, day DATE, moment TIMESTAMP,
    tags VARCHAR[], scores INTEGER[], attributes MAP(VARCHAR, VARCHAR), note VARCHAR, active BOOLEAN
);
INSERT INTO small VALUES
(1, 'Ärmel', 1.5, 12.50, 7, '2026-01-31', '2026-01-31 23:59:59.123', ['red', 'blue'], [3, 1, 2], MAP {'color': 'red', 'size': 'M'}, 'order 1234, item 56', true),
(2, 'bluse', -2.5, -3.99, -7, '2026-02-28', '2026-02-28 06:00:00', ['red'], [], MAP {}, '', false),
(3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
(4, '', 0.0, 0.00, 0, '2024-02-29', '2024-02-29 00:00:00', [], [5, NULL, -5], MAP {'size': 'L'}, 'no number', true),
(5, '日本語', 1e10, 99999.99, 3, '1999-12-31', '1999-12-31 12:34:56.789', ['ü', '', 'a,b'], [10], MAP {'k y': 'v=1'}, 'item 7', NULL),
(6, 'Dress', 0.1, 0.10, -1, '2026-11-28', '2026-11-28 08:05:09', ['blue', NULL], [1, 1, 1], MAP {'color': 'blue'}, '"quoted", and, commas', false),
(7, 'dress', -0.0001, 1.00, 2, '2026-11-29', '2026-11-29 20:00:00', ['red', 'red', 'green'], [2, 4], MAP {'color': 'green', 'size': 'S'}, E'line\nbreak', true),
(8, 'Straße 🙂', 123456789.125, 7.25, 10, '2020-07-04', '2020-07-04 13:00:00.5', ['a'], [0], MAP {'a': '1'}, '42', false);
