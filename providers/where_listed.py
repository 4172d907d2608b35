"""Which register is a number of, and where does that register show its entry to anybody?"""

REGISTERS = {
    "GB-CHC": (
        "Charity Commission for England and Wales",
        "https://register-of-charities.charitycommission.gov.uk/charity-search/-/charity-details/{}",
    ),
    "GB-SC": (
        "Scottish Charity Register",
        "https://www.oscr.org.uk/about-charities/search-the-register/charity-details?number={}",
    ),
    "GB-NIC": (
        "Charity Commission for Northern Ireland",
        "https://www.charitycommissionni.org.uk/charity-details/?regId={}",
    ),
    "GB-COH": ("Companies House", "https://find-and-update.company-information.service.gov.uk/company/{}"),
    "GB-MPR": ("Mutuals Public Register", ""),
}


def where_listed(scheme: str, number: str) -> tuple[str, str]:
    """The register's name and the address of the entry; the scheme and nothing where they are not known."""
    register, address = REGISTERS.get(scheme, (scheme, ""))
    return register, address.format(number)
