localStorage.setItem('ads', '1');
new Image().src = 'https://ads.example/pixel.gif';
