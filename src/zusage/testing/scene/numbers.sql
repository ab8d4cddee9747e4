CREATE TABLE page_day (day TEXT NOT NULL, page TEXT NOT NULL, views INTEGER NOT NULL, PRIMARY KEY (day, page));
INSERT INTO page_day VALUES
    ('2024-05-30', '/', 1), ('2024-05-30', '/letters', 2),
    ('2024-05-31', '/', 3), ('2024-05-31', '/letters', 4);
