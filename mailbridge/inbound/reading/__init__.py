"""What `inbound.text` knows about mail clients: one file a subject, each with its table of forms. Pure, linear.

rows → (structures for HTML) → heads (attributions, separators, header_block, own_footer) → cut → roles of the rows.
"""
