-- One table for each kind of proof.
CREATE TABLE letter (id INTEGER PRIMARY KEY, body TEXT, received DATE);
CREATE TABLE dispatch (id INTEGER PRIMARY KEY, letter_id INTEGER REFERENCES letter (id), recipient TEXT);
CREATE TABLE account (id INTEGER PRIMARY KEY, name TEXT, city TEXT, closed DATE);
CREATE TABLE address (id INTEGER PRIMARY KEY, postal_code TEXT, moved DATE, born INTEGER, since DATE);
CREATE TABLE visit (id INTEGER PRIMARY KEY, ip TEXT, at DATETIME);
CREATE TABLE contract (id INTEGER PRIMARY KEY, text TEXT, ended DATE);
CREATE TABLE clause (id INTEGER PRIMARY KEY, contract_id INTEGER REFERENCES contract (id), wording TEXT);
CREATE TABLE consent (id INTEGER PRIMARY KEY, text_version TEXT);
CREATE TABLE reader (id INTEGER PRIMARY KEY, email TEXT, wants BOOLEAN);
CREATE TABLE guest (id INTEGER PRIMARY KEY, mail TEXT, seen DATE);
CREATE TABLE member (id INTEGER PRIMARY KEY, name TEXT, joined DATE, active BOOLEAN);
CREATE TABLE agreement (id INTEGER PRIMARY KEY, email TEXT, given DATETIME, ended DATETIME);
CREATE TABLE answer (id INTEGER PRIMARY KEY, name TEXT, region TEXT, age_group TEXT, given DATE);
CREATE TABLE hobby (id INTEGER PRIMARY KEY, answer_id INTEGER REFERENCES answer (id), name TEXT, note TEXT, given DATE);
CREATE TABLE figure (id INTEGER PRIMARY KEY, month TEXT, kind TEXT, people INTEGER, closed DATE);
CREATE TABLE setting (id INTEGER PRIMARY KEY, value TEXT);

-- Of each table a row that is long due, one that is not, and one in between.
INSERT INTO letter VALUES (1, 'old', '2015-01-01'), (2, 'new', '2024-05-01'), (3, 'held', '2024-02-01'), (4, 'held and due', '2020-01-01'),
    (5, 'as old', '2015-01-01');
INSERT INTO dispatch VALUES (1, 1, 'Post');
INSERT INTO account VALUES (1, 'old', 'Bonn', '2015-01-01'), (2, 'new', 'Bonn', '2024-05-01'), (3, 'open', 'Bonn', '2024-05-31');
INSERT INTO address VALUES (1, '53111', '2015-01-01', 1984, '2010-05-17'), (2, '53113', '2024-05-01', NULL, NULL);
INSERT INTO visit VALUES (1, '192.0.2.1', '2015-01-01 12:00:00'), (2, '192.0.2.1', '2024-05-31 12:00:00');
INSERT INTO contract VALUES (1, 'due', '2010-01-01'), (2, 'to block', '2020-01-01'), (3, 'running', '2024-05-01'), (4, 'to block', '2021-01-01');
INSERT INTO clause VALUES (1, 1, 'due'), (2, 2, 'to block'), (3, 3, 'running');
INSERT INTO consent VALUES (1, 'v1');
INSERT INTO guest VALUES (1, 'idle@scene.example', '2023-06-20'), (2, 'here@scene.example', '2024-05-01');
INSERT INTO member VALUES (1, 'left since', '2020-01-01', TRUE), (2, 'there', '2020-01-01', TRUE);
INSERT INTO setting VALUES (1, 'dark');
INSERT INTO reader VALUES (1, 'otter@scene.example', TRUE), (2, 'badger@scene.example', TRUE), (3, 'heron@scene.example', FALSE);
INSERT INTO agreement VALUES (1, 'otter@scene.example', '2024-01-01 10:00:00', NULL), (2, 'badger@scene.example', '2024-01-01 10:00:00', NULL);
INSERT INTO answer VALUES (1, 'somebody', 'north', 'young', '2020-01-01'), (2, 'somebody', 'north', 'young', '2020-01-01'),
    (3, 'somebody', 'north', 'young', '2020-01-02'), (4, 'somebody', 'north', 'young', '2020-01-02'), (5, 'somebody', 'south', 'old', '2020-01-02'),
    (6, 'somebody', 'south', 'old', '2020-01-02'), (7, 'somebody', 'north', 'old', '2024-05-01'),
    (8, 'somebody', 'isle', 'old', '2020-01-02'), (10, 'somebody', 'south', 'old', '2020-01-02');
INSERT INTO hobby VALUES (1, 1, 'chess', 'somebody', '2020-01-01'), (2, 2, 'chess', NULL, '2020-01-01'), (3, 3, 'chess', NULL, '2020-01-01'),
    (4, 4, 'chess', NULL, '2020-01-01');
INSERT INTO figure VALUES (1, '2024-03', 'red', 5, '2024-04-01'), (2, '2024-03', 'blue', 3, '2024-04-01'), (3, '2024-06', 'blue', 1, '2024-07-01'),
    (4, '2024-03', 'green', 1, '2024-04-01');
