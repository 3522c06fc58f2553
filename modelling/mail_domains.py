"""Mail domains that are not a company's: free ones, and those thrown away after one message (R68).

Disposable wins over free: public lists of free providers hold disposable ones too.
"""

from __future__ import annotations

from functools import cache

from disposable_email_domains import blocklist

FREE = """
gmail.com googlemail.com outlook.com outlook.de outlook.fr outlook.pl hotmail.com hotmail.co.uk
hotmail.de hotmail.fr hotmail.es hotmail.it live.com live.co.uk live.de live.fr msn.com
passport.com yahoo.com yahoo.co.uk yahoo.de yahoo.fr yahoo.es yahoo.it yahoo.pl yahoo.ca
yahoo.co.in yahoo.com.br ymail.com rocketmail.com icloud.com me.com mac.com aol.com aim.com
protonmail.com protonmail.ch proton.me pm.me tutanota.com tuta.io tutamail.com gmx.com gmx.net
gmx.de gmx.at gmx.ch web.de freenet.de t-online.de arcor.de mail.de posteo.de mailbox.org email.de
orange.fr wanadoo.fr free.fr laposte.net sfr.fr bbox.fr neuf.fr libero.it virgilio.it alice.it
tiscali.it tin.it telefonica.net terra.es ya.com btinternet.com sky.com talktalk.net
virginmedia.com ntlworld.com comcast.net verizon.net att.net sbcglobal.net cox.net bellsouth.net
charter.net earthlink.net seznam.cz email.cz centrum.cz post.cz volny.cz atlas.cz azet.sk zoznam.sk
centrum.sk freemail.hu citromail.hu abv.bg mail.bg ukr.net i.ua meta.ua bigmir.net mail.ru bk.ru
list.ru inbox.ru yandex.com yandex.ru ya.ru rambler.ru inbox.lv inbox.lt one.lt mail.ee hot.ee
mail.com email.com usa.com fastmail.com fastmail.fm hushmail.com zoho.com zohomail.com hey.com
lycos.com excite.com qq.com 163.com 126.com sina.com naver.com hanmail.net daum.net rediffmail.com
uol.com.br bol.com.br terra.com.br ig.com.br wp.pl o2.pl onet.pl onet.eu op.pl vp.pl interia.pl
interia.eu interia.com poczta.fm poczta.onet.pl poczta.onet.eu poczta.wp.pl tlen.pl go2.pl int.pl
buziaczek.pl gazeta.pl autograf.pl spoko.pl amorki.pl prokonto.pl pisz.to opoczta.pl neostrada.pl
poczta.pl vip.onet.pl republika.pl onet.com.pl wp.eu 1gb.pl intmail.pl pacz.to ogarnij.se
""".split()  # noqa: SIM905 - a list of words reads as one


@cache
def mail_domains() -> dict[str, list[str]]:
    """Give the domains that are `free` and `disposable`, lower case, sorted, none in both."""
    disposable = sorted(blocklist)
    return {"disposable": disposable, "free": sorted(set(FREE) - set(disposable))}
