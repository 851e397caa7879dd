"""Judge the signatures of a PDF: bytes, trust and time in, a `Verdict` out. Fails closed.

The checks, numbered as in docs/VERIFY.md and in the verdict's reasons:
(1) structure: which bytes each signature covers, and that readers see those      structure
(2) the CMS signature over them                                                  signed_data
(3) its certificate: path to an explicit anchor, and revocation            path, revocation
(4) time: time stamps, and the earliest moment that is proven                         tokens
(5) what changed after each signature                                                changes
(6) the level that every part of which was checked                                      level
(7) who signed, as certified; what is only claimed                                    mandate
"""
