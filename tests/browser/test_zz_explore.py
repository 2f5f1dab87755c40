import pytest, time
from tests.browser.test_accessibility import *
JS = """() => { const e=document.activeElement; const w=e.closest('[data-testid^="st"]'); return [e.tagName, e.getAttribute('role'), e.type||'', (e.getAttribute('aria-label')||e.innerText||'').slice(0,40), w&&w.dataset.testid, !!e.closest('[data-testid=stMain]')] }"""
def test_explore(visitor):
    for a in ["areas","what_changes","decisions","indicators","what_if", "overview"]:
        t=time.time(); page=opened(visitor, a, 800, 1600); print("=====",a, time.time()-t)
        print({t: page.locator(f'[data-testid=stMain] [data-testid="{t}"]').count() for t in page.evaluate("[...new Set([...document.querySelectorAll('[data-testid=stMain] [data-testid]')].map(e=>e.dataset.testid))]")})
        seen=[]
        for i in range(60):
            page.keyboard.press("Tab")
            s=page.evaluate(JS)
            if s[0]=="BODY": break
            seen.append(s)
        for s in seen: print("  ",s)
        page.set_viewport_size({"width":640,"height":450}); page.wait_for_timeout(700)
        print("zoom", page.evaluate("[document.documentElement.scrollWidth, innerWidth, document.querySelector('[data-testid=stMain]').scrollWidth, document.querySelector('[data-testid=stMain]').clientWidth]"), page.get_by_test_id("stSidebar").evaluate("e=>[e.getAttribute('aria-expanded'), e.getBoundingClientRect().x, e.getBoundingClientRect().width]"))
        page.screenshot(path=f"/tmp/axe/{a}-zoom.png")
        wide=page.evaluate("""() => { const m=document.querySelector('[data-testid=stMain]'); const r=m.getBoundingClientRect(); return [...m.querySelectorAll('*')].filter(e=>{const b=e.getBoundingClientRect(); return b.width>0 && b.right>r.right+1}).slice(0,8).map(e=>[e.tagName,e.dataset.testid||e.className.toString().slice(0,60), e.getBoundingClientRect().right])}""")
        print("overflow", wide)
    print(page.locator('[data-testid=stMain] [data-testid="stButtonGroup"]').count())
    page=opened(visitor,"areas",800,1600)
    print(page.locator('[data-testid="stButtonGroup"]').first.evaluate("e=>e.outerHTML")[:2500])
