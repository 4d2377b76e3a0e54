"""How to set up and measure the peers (Mailman with HyperKitty, public-inbox, FlaskBB) beside Ratspost; see the README above."""
