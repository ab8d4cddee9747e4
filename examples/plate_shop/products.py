"""What the shop sells, and how an order is put together from it."""

from typing import NamedTuple


class Product(NamedTuple):
    """One thing on the price list."""

    key: str
    name: str
    name_en: str
    price_cents: int


PLATES = {
    product.key: product
    for product in (
        Product("standard", "Kfz-Kennzeichen Standard, 520 × 110 mm", "Standard plate, 520 × 110 mm", 1290),
        Product("carbon", "Kfz-Kennzeichen Carbon-Optik, 520 × 110 mm", "Carbon-look plate, 520 × 110 mm", 1990),
        Product("compact", "Kfz-Kennzeichen kurz, 460 × 110 mm", "Short plate, 460 × 110 mm", 1390),
    )
}
RESERVATION = Product("reservation", "Reservierung Ihrer Kombination", "Reservation of your combination", 490)


class Line(NamedTuple):
    """One line of an order and of its invoice: never the plate's text."""

    product: str
    quantity: int
    price_cents: int

    @property
    def total_cents(self) -> int:
        """The price of all pieces."""
        return self.quantity * self.price_cents


def lines_for(product: str, quantity: int, reservation_wanted: bool) -> list[Line]:
    """The lines of an order."""
    plate = PLATES[product]
    lines = [Line(plate.name, quantity, plate.price_cents)]
    if reservation_wanted:
        lines.append(Line(RESERVATION.name, 1, RESERVATION.price_cents))
    return lines


def total(lines: list[Line]) -> int:
    """What the customer pays, in cents."""
    return sum(line.total_cents for line in lines)


def euros(cents: int) -> str:
    """An amount as German readers write it."""
    return f"{cents // 100},{cents % 100:02d} €"
